/** By their numbers. https://man7.org/linux/man-pages/man7/capabilities.7.html */
const names = [
  ..."CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE".split(" "),
  ..."NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT".split(" "),
  ..."SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE".split(" "),
  ..."AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ".split(" "),
  ..."PERFMON BPF CHECKPOINT_RESTORE".split(" "),
];

const usualNames = [
  ..."CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE".split(" "),
  ..."SYS_CHROOT KILL AUDIT_WRITE".split(" "),
];

/** A set of capabilities, a bit each. */
export type Capabilities = bigint;

/** Of a privileged container. */
export const allCapabilities: Capabilities = (1n << BigInt(names.length)) - 1n;

/** What the container runtime gives where nobody asks for others. */
export const usualCapabilities: Capabilities = setOf(usualNames);

/** `ALL` is every one; names may begin with `CAP_`. Those that are unknown are none. */
export function setOf(wanted: readonly string[]): Capabilities {
  return wanted.reduce((set, name) => set | bitsOf(name), 0n);
}

function bitsOf(name: string): Capabilities {
  const short = name.toUpperCase().replace(/^CAP_/u, "");
  if (short === "ALL") return allCapabilities;
  const number = names.indexOf(short);
  return number < 0 ? 0n : 1n << BigInt(number);
}

/** The lines of /proc/PID/status. A process that is not root's has none of its own, but may not get others either. */
export function capabilityLines(bounding: Capabilities, uid: number): Readonly<Record<string, string>> {
  const text = (set: Capabilities): string => set.toString(16).padStart(16, "0");
  const own = uid === 0 ? bounding : 0n;
  return { CapInh: text(0n), CapPrm: text(own), CapEff: text(own), CapBnd: text(bounding), CapAmb: text(0n) };
}

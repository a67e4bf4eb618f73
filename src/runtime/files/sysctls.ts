import type { MadeUp, Make } from "./made-up.ts";

/** What the kernel is set to, where nobody has set it otherwise: by dotted name. */
const usual: Readonly<Record<string, string>> = {
  "fs.file-max": "9223372036854775807",
  "kernel.hostname": "",
  "kernel.msgmax": "8192",
  "kernel.osrelease": "6.8.0-45-generic",
  "kernel.ostype": "Linux",
  "kernel.pid_max": "4194304",
  "kernel.sem": "32000\t1024000000\t500\t32000",
  "kernel.shm_rmid_forced": "0",
  "kernel.shmmax": "18446744073692774399",
  "net.core.somaxconn": "4096",
  "net.ipv4.ip_forward": "1",
  "net.ipv4.ip_local_port_range": "32768\t60999",
  "net.ipv4.ip_local_reserved_ports": "",
  "net.ipv4.ip_unprivileged_port_start": "0",
  "net.ipv4.ping_group_range": "0\t2147483647",
  "net.ipv4.tcp_fin_timeout": "60",
  "net.ipv4.tcp_keepalive_intvl": "75",
  "net.ipv4.tcp_keepalive_probes": "9",
  "net.ipv4.tcp_keepalive_time": "7200",
  "net.ipv4.tcp_rmem": "4096\t131072\t6291456",
  "net.ipv4.tcp_syncookies": "1",
  "net.ipv4.tcp_wmem": "4096\t16384\t4194304",
  "vm.max_map_count": "1048576",
  "vm.overcommit_memory": "1",
  "vm.swappiness": "60",
};

interface Branch {
  readonly branches: Map<string, Branch>;
  value?: string;
}

/** /proc/sys, with what `given` sets otherwise. https://docs.kernel.org/admin-guide/sysctl/index.html */
export function sysctlTree(make: MadeUp, given: ReadonlyMap<string, string>): Make {
  const root: Branch = { branches: new Map() };
  for (const [name, value] of [...Object.entries(usual), ...given]) {
    let branch = root;
    for (const part of name.split(".")) {
      const next = branch.branches.get(part) ?? { branches: new Map() };
      branch.branches.set(part, next);
      branch = next;
    }
    branch.value = value;
  }
  return made(make, root);
}

function made(make: MadeUp, { branches, value }: Branch): Make {
  if (value !== undefined) return make.file(() => `${value}\n`);
  return make.directory(Object.fromEntries([...branches].map(([name, branch]) => [name, made(make, branch)])));
}

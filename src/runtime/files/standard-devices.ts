import type { DeviceIdentity } from "../filesystem.ts";
import { type Descriptor, SystemError } from "../process.ts";
import { ByteDevice, FullDevice, NullDevice } from "./devices.ts";
import type { Caller, Device } from "./inode.ts";

interface StandardDevice {
  readonly numbers: DeviceIdentity["numbers"];
  readonly open: Device["open"];
}

/** What every container has in /dev, and may make elsewhere. */
export const standardDevices: Readonly<Record<string, StandardDevice>> = {
  null: { numbers: [1, 3], open: () => new NullDevice() },
  zero: { numbers: [1, 5], open: () => new ByteDevice(zeros) },
  full: { numbers: [1, 7], open: () => new FullDevice(zeros) },
  random: { numbers: [1, 8], open: (_mode, caller) => new ByteDevice(randomOf(caller)) },
  urandom: { numbers: [1, 9], open: (_mode, caller) => new ByteDevice(randomOf(caller)) },
  tty: { numbers: [5, 0], open: (_mode, caller) => openTerminal(caller) },
};

/** Opens a device made by mknod; the cgroup of a container keeps it from all but the standard ones. */
export function openerOf({ kind, numbers: [major, minor] }: DeviceIdentity): Device["open"] {
  const known = Object.values(standardDevices).find(({ numbers }) => numbers[0] === major && numbers[1] === minor);
  return kind === "device" && known ? known.open : barred;
}

function barred(): never {
  throw new SystemError("EPERM");
}

function zeros(length: number): Uint8Array {
  return new Uint8Array(length);
}

function randomOf({ process }: Caller): (length: number) => Uint8Array {
  if (!process) throw new SystemError("ENXIO");
  return (length) => process.random.bytes(Math.min(length, 4096));
}

function openTerminal({ process }: Caller): Descriptor {
  const terminal = process?.openTerminal();
  if (!terminal) throw new SystemError("ENXIO");
  return terminal;
}

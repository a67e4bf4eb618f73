import type { Clock } from "../../sim/clock.ts";
import { SystemError, type Descriptor } from "../process.ts";
import { ByteDevice, FullDevice, NullDevice } from "./devices.ts";
import { FileTree } from "./file-tree.ts";
import { type Caller, Device } from "./inode.ts";
import { rootCaller } from "./mount-table.ts";

const devices: Readonly<Record<string, Device["open"]>> = {
  null: () => new NullDevice(),
  zero: () => new ByteDevice(zeros),
  full: () => new FullDevice(zeros),
  random: (_mode, caller) => new ByteDevice(randomOf(caller)),
  urandom: (_mode, caller) => new ByteDevice(randomOf(caller)),
  tty: (_mode, caller) => openTerminal(caller),
};

const links: Readonly<Record<string, string>> = {
  fd: "/proc/self/fd",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
  stderr: "/proc/self/fd/2",
};

/** What every container has in /dev. */
export function deviceTree(clock: Clock): FileTree {
  const tree = new FileTree({ clock });
  const { view } = tree;
  addDevices(tree, "");
  for (const [name, target] of Object.entries(links)) view.symlink(target, `/${name}`);
  for (const name of ["pts", "shm", "mqueue"]) view.makeDirectory(`/${name}`);
  return tree;
}

/** Those that are no links, in a directory of a tree. */
export function addDevices(tree: FileTree, directory: string): void {
  for (const [name, open] of Object.entries(devices)) {
    tree.view.place(`${directory}/${name}`, new Device(tree.attributes(0o666, rootCaller.user), open));
  }
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

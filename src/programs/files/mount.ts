import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";

export const mount = applet({
  names: ["mount"],
  usage: "[OPTIONS] [-o OPT] DEVICE NODE",
  help: "Mount a filesystem. Filesystem autodetection requires /proc.",
  options: "at:o:rwvfni",
  async run({ process, options, operands, out }) {
    if (operands.length > 0 || options.has("a")) {
      if (process.user.uid !== 0) throw new Failure("permission denied (are you root?)");
      const device = operands[0] ?? "all";
      throw new Failure(`mounting ${device} on ${operands[1] ?? device} failed: Operation not permitted`, 255);
    }
    const lines = process.files.exists("/proc/mounts") ? process.files.readText("/proc/mounts").split("\n") : [];
    for (const line of lines) {
      const [source, point, type, flags] = line.split(" ");
      if (flags !== undefined) await out.print(`${source} on ${point} type ${type} (${flags})\n`);
    }
    return 0;
  },
});

export const umount = applet({
  names: ["umount"],
  usage: "[-rlfda] [-t FSTYPE] FILESYSTEM|DIRECTORY...",
  help: "Unmount filesystems",
  options: "rlfdat:",
  async run(call) {
    for (const path of call.operands) await call.complain(`can't unmount ${path}: Operation not permitted`);
    return call.operands.length === 0 ? 0 : 1;
  },
});

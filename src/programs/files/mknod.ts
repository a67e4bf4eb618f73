import { applet, type Call, UsageError } from "../applet.ts";
import { Failure, reasonOf } from "../failure.ts";
import { changedMode } from "../permissions.ts";

/** Devices only: there are no named pipes in these file systems, which mknod(2) has an error for. */
export const mknod = applet({
  names: ["mknod"],
  usage: "[-m MODE] NAME TYPE [MAJOR MINOR]",
  help: `
Create a special file (block, character, or pipe)

	-m MODE	Creation mode (default a=rw)
TYPE:
	b	Block device
	c or u	Character device
	p	Named pipe (MAJOR MINOR must be omitted)`,
  options: { short: "m:", long: { mode: "m" } },
  async run(call) {
    const { process, operands } = call;
    const [path, type = "", ...numbers] = operands;
    if (path === undefined || numbers.length !== (type === "p" ? 0 : 2) || !/^[bcup]$/u.test(type)) {
      throw new UsageError();
    }
    const [major = 0, minor = 0] = numbers.map((text) => deviceNumber(text));
    const mode = modeOf(call);
    if (type === "p") throw new Failure(`${path}: Operation not permitted`);
    const absolute = process.resolve(path);
    try {
      process.files.makeDevice(absolute, { kind: type === "b" ? "disk" : "device", numbers: [major, minor] });
      if (mode !== undefined) process.files.chmod(absolute, mode);
    } catch (error) {
      throw new Failure(`${path}: ${reasonOf(error)}`);
    }
    return 0;
  },
});

function deviceNumber(text: string): number {
  if (!/^(?:0x[\da-f]{1,8}|\d{1,8})$/iu.test(text)) throw new Failure(`invalid number '${text}'`);
  return Number(text);
}

function modeOf({ options }: Call): number | undefined {
  const text = options.value("m");
  if (text === undefined) return undefined;
  const mode = changedMode(text, { kind: "file", mode: 0o666 });
  if (mode === undefined) throw new Failure(`invalid mode '${text}'`);
  return mode;
}

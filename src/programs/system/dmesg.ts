import { applet } from "../applet.ts";
import { Failure } from "../failure.ts";

export const dmesg = applet({
  names: ["dmesg"],
  usage: "[-cr] [-n LEVEL] [-s SIZE]",
  help: "Print or control the kernel ring buffer",
  options: "crn:s:T",
  run: () => {
    throw new Failure("klogctl: Operation not permitted");
  },
});

import { applet } from "../applet.ts";

/** Editors need a whole screen; says how to change a file without one. */
export const editors = applet({
  names: ["vi", "vim", "nano"],
  usage: "[FILE]...",
  help: "Edit FILE (not simulated)",
  options: "c:R",
  async run(call) {
    const file = call.operands[0] ?? "FILE";
    await call.complain(
      `screen editors are not simulated in this container. Write the file instead: cat > ${file} (end with Ctrl-D), ` +
        `echo TEXT >> ${file}, or sed -i 's/OLD/NEW/' ${file}; or edit it outside and use kubectl cp.`,
    );
    return 1;
  },
});

import { test } from "vitest";
import { machine } from "./run-program.ts";
import { readFileSync } from "node:fs";
test("look", async () => {
  for (const line of readFileSync("/tmp/look.txt", "utf8").split("\n")) {
    if (!line) continue;
    const m = machine({"/work/a": "x\ny\nz\n", "/work/b": "1 2\n3 4\n"}, {names:["test"], base: "alpine", programs: {"/init": async (p) => { await p.terminated; return 0 }}});
    const t = Date.now();
    const r = await m.run(["sh","-c",line]);
    console.log(`$ ${line}   [${Date.now()-t}ms exit ${r.exitCode}]\n${r.stdout}${r.stderr && "ERR: "+r.stderr}${m.errors.join()}`);
  }
}, 60000);

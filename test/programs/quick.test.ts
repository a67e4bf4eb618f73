import { expect, test } from "vitest";
import { machine } from "./run-program.ts";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const cases: [string[], string?][] = JSON.parse(readFileSync("/tmp/cases.json", "utf8"));
test("quick", async () => {
  for (const [argv, stdin] of cases) {
    const m = machine({"/work/a": "x\ny\nz\n", "/work/b": "1 2\n3 4\n"});
    let r; try { r = await m.run(argv, stdin ?? ""); } catch (e) { r = {exitCode: String(e)} as any }
    let real = ""; let code = 0;
    try { real = execFileSync(argv[0]!, argv.slice(1), {input: stdin ?? "", cwd: "/tmp/q", env: {PATH: process.env.PATH, LC_ALL: "C.UTF-8"}, encoding: "utf8", stdio: ["pipe","pipe","pipe"]}); } catch (e: any) { real = e.stdout ?? ""; code = e.status; }
    const same = r.stdout === real && (r.exitCode === code);
    process.stdout.write((same ? "ok   " : "DIFF ") + JSON.stringify(argv) + (same ? "\n" : `\n   ours ${JSON.stringify(r)} ${m.errors.join()}\n   real ${code} ${JSON.stringify(real)}\n`));
  }
}, 60000);

import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { serveFiles } from "./go/file-server.ts";
import { nginxLocalTime } from "./nginx/time.ts";
import { piDigits } from "./pi.ts";
import { tell } from "./tell.ts";
import { serve } from "./web/serve.ts";

const mostDigits = 10_000;
const digitsPerMs = 2;

/** Perl knows the line of the Job tutorial, which prints pi. */
export const perl: Image = {
  names: ["perl", "registry.k8s.io/perl", "registry.k8s.io/e2e-test-images/perl"],
  base: "debian",
  command: ["perl", "-de0"],
  sizeMiB: 340,
  programs: { "/usr/local/bin/perl": runPerl },
};

/** Python serves files (`-m http.server`), and runs no scripts. */
export const python: Image = {
  names: ["python"],
  base: "debian",
  command: ["python3"],
  sizeMiB: 360,
  programs: { "/usr/local/bin/python": runPython, "/usr/local/bin/python3": runPython },
};

/** Node tells its version, and runs no scripts. */
export const node: Image = {
  names: ["node"],
  base: "debian",
  command: ["node"],
  sizeMiB: 390,
  programs: { "/usr/local/bin/node": runNode },
};

async function notSimulated(process: Process, name: string): Promise<number> {
  await process.warn(`${name}: running ${name} programs is not simulated\n`);
  return 1;
}

async function runPerl(process: Process): Promise<number> {
  const script = process.argv.join(" ");
  if (process.argv.includes("-v")) {
    await process.print("\nThis is perl 5, version 40, subversion 0 (v5.40.0) built for x86_64-linux-gnu\n");
    return 0;
  }
  const [, digits] = /-Mbignum=bpi .*print bpi\((\d+)\)/u.exec(script) ?? [];
  if (digits === undefined) return notSimulated(process, "perl");
  const count = Math.min(Math.max(Number(digits), 1), mostDigits);
  await process.compute(count / digitsPerMs);
  await process.print(`${piDigits(count)}${script.includes("-wle") || script.includes("-le") ? "\n" : ""}`);
  return 0;
}

async function runPython(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  if (args.includes("--version") || args.includes("-V")) {
    await process.print("Python 3.13.1\n");
    return 0;
  }
  if (args[0] === "-m" && (args[1] === "http.server" || args[1] === "SimpleHTTPServer"))
    return servePython(process, args.slice(2));
  return notSimulated(process, "python");
}

async function servePython(process: Process, args: readonly string[]): Promise<number> {
  const at = args.findIndex((arg) => arg === "-d" || arg === "--directory");
  const root = process.resolve(at < 0 ? "." : (args[at + 1] ?? "."));
  const port = Number(args.find((arg) => /^\d+$/u.test(arg)) ?? 8000);
  await process.print(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
  return serve(process, port, (request) => {
    const { status, headers, body } = serveFiles(process, request, root);
    const time = nginxLocalTime(process.clock.now()).replace(/:(\d\d:\d\d:\d\d) .*/u, " $1");
    tell(
      process.stderr,
      `${request.remote?.ip ?? "-"} - - [${time}] "${request.method} ${request.url} HTTP/1.1" ${status} -\n`,
    );
    return { status, headers: { server: "SimpleHTTP/0.6 Python/3.13.1", ...headers }, body };
  });
}

async function runNode(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  if (args.includes("--version") || args.includes("-v")) {
    await process.print("v22.12.0\n");
    return 0;
  }
  if (args.length === 0 && !process.stdin.isTerminal) return 0;
  return notSimulated(process, "node");
}

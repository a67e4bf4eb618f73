import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { nginxLocalTime } from "./nginx/time.ts";
import { tell } from "./tell.ts";
import { escapeHtml } from "./web/html.ts";
import { serve } from "./web/serve.ts";

const port = 8080;
const codes: Readonly<Record<string, string>> = {
  red: "#e74c3c",
  green: "#16a085",
  blue: "#2980b9",
  blue2: "#30336b",
  pink: "#be2edd",
  darkblue: "#130f40",
};

/** A page in the colour of `APP_COLOR` or `--color`. */
export const webappColor: Image = {
  names: ["kodekloud/webapp-color", "mmumshad/simple-webapp-color"],
  base: "alpine",
  entrypoint: ["python", "app.py"],
  ports: [port],
  sizeMiB: 32,
  programs: { "/usr/local/bin/python": run },
};

async function run(process: Process): Promise<number> {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => arg === "--color" || arg.startsWith("--color="));
  const given = at < 0 ? undefined : (args[at]?.split("=")[1] ?? args[at + 1]);
  const names = Object.keys(codes);
  const color = given ?? process.env.get("APP_COLOR") ?? names[process.random.integer(names.length)] ?? "red";
  const code = codes[color];
  if (code === undefined) {
    await process.print(`Color not supported. Received '${color}' expected one of ${names.join(",")}\n`);
    return 1;
  }
  const source =
    given === undefined
      ? process.env.has("APP_COLOR")
        ? "the color from environment variable"
        : "a random color"
      : "the color from command line argument";
  await process.print(
    ` This is a sample web application that displays a colored background. \n Using ${source} = ${color}\n * Running on http://0.0.0.0:${port}/ (Press CTRL+C to quit)\n`,
  );
  return serve(process, port, (request) => {
    const when = nginxLocalTime(process.clock.now()).replace(/:(\d\d:\d\d:\d\d) .*/u, " $1");
    tell(
      process.stderr,
      `${request.remote?.ip ?? ""} - - [${when}] "${request.method} ${request.url} HTTP/1.1" 200 -\n`,
    );
    const headers = { "content-type": "text/html; charset=utf-8", server: "Werkzeug/0.14.1 Python/3.6.6" };
    return { status: 200, headers, body: page(process.container.hostname, code) };
  });
}

function page(hostname: string, code: string): string {
  return `<!doctype html>
<title>Hello from Flask</title>
<body style="background: ${code};"></body>
<div style="color: #e4e4e4;
    text-align:  center;
    height: 90px;
    vertical-align:  middle;">

  <h1>Hello from ${escapeHtml(hostname)}!</h1>

</div>
`;
}

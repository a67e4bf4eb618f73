import { decodeText } from "../api/bytes.ts";
import { httpDate } from "../network/http-headers.ts";
import type { HttpRequest, HttpResponse } from "../network/http.ts";
import { NetworkError } from "../network/network.ts";
import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { bodyOf, targetOf } from "./go/http.ts";
import { nginxLocalTime } from "./nginx/time.ts";
import { tell } from "./tell.ts";
import { escapeHtml } from "./web/html.ts";

const root = "/var/www/html";
const databasePort = 3306;
const noDatabase = "Error establishing a database connection";
const serverName = "Apache/2.4.62 (Debian)";

/**
 * WordPress up to its first page: it wants its database, asks for a title, and shows a blog of that title. As nothing
 * runs queries here, the title is kept among its own files.
 * https://kubernetes.io/docs/tutorials/stateful-application/mysql-wordpress-persistent-volume/
 */
export const wordpress: Image = {
  names: ["wordpress"],
  base: "debian",
  entrypoint: ["docker-entrypoint.sh"],
  command: ["apache2-foreground"],
  workingDirectory: root,
  ports: [80],
  stopSignal: "SIGWINCH",
  sizeMiB: 240,
  directories: [root],
  programs: { "/usr/local/bin/docker-entrypoint.sh": start, "/usr/local/bin/apache2-foreground": run },
};

/** What is mounted there is kept; what is not yet there is copied. */
async function start(process: Process): Promise<number> {
  const args = process.argv.slice(1);
  const { files } = process;
  if (args[0] === "apache2-foreground" && !files.exists(`${root}/index.php`)) {
    await process.warn(`WordPress not found in ${root} - copying now...\n`);
    files.write(`${root}/index.php`, "<?php\n");
    files.write(`${root}/wp-config.php`, "<?php\n");
    for (const name of ["wp-admin", "wp-content", "wp-includes"])
      files.makeDirectory(`${root}/${name}`, { recursive: true });
    await process.warn(`Complete! WordPress has been successfully copied to ${root}\n`);
  }
  return process.become(args);
}

async function run(process: Process): Promise<number> {
  const name = `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${process.network.ip}. Set the 'ServerName' directive globally to suppress this message\n`;
  await process.warn(name + name);
  process.network.serveHttp(80, async (request) => {
    const response = await answer(process, request);
    const time = nginxLocalTime(process.clock.now());
    const { "user-agent": agent = "-" } = request.headers;
    const line = `"${request.method} ${request.url} HTTP/1.1" ${response.status} - "-" "${agent}"`;
    tell(process.stdout, `${request.remote?.ip ?? "-"} - - [${time}] ${line}\n`);
    return response;
  });
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGWINCH", "SIGTERM"] as const) process.onSignal(signal, () => resolve());
  });
  await process.waitFor(stopped);
  return 0;
}

async function answer(process: Process, request: HttpRequest): Promise<HttpResponse> {
  const { path, query } = targetOf(request);
  if (!(await hasDatabase(process)))
    return page(process, { status: 500, title: "Database Error", body: `<h1>${noDatabase}</h1>` });
  const titlePath = `${root}/wp-content/title`;
  const title = process.files.exists(titlePath) ? process.files.readText(titlePath) : undefined;
  if (path === "/wp-admin/install.php") {
    if (title !== undefined)
      return page(process, { title: "WordPress &rsaquo; Installation", body: "<h1>Already Installed</h1>" });
    if (request.method !== "POST" || query.get("step") !== "2") return page(process, installation);
    const form = new URLSearchParams(decodeText(await bodyOf(request)));
    process.files.write(titlePath, form.get("weblog_title") ?? "");
    return page(process, {
      title: "WordPress &rsaquo; Installation",
      body: "<h1>Success!</h1>\n<p>WordPress has been installed. Thank you, and enjoy!</p>",
    });
  }
  if (title === undefined) return redirect(process, "/wp-admin/install.php");
  if (path !== "/" && path !== "/index.php")
    return page(process, { status: 404, title: "Page not found", body: "<h1>Page Not Found</h1>" });
  const name = escapeHtml(title);
  return page(process, {
    title: name,
    body: `<h1>${name}</h1>\n<h2>Hello world!</h2>\n<p>Welcome to WordPress. This is your first post.</p>`,
  });
}

/** Whether somebody listens where WORDPRESS_DB_HOST says. */
async function hasDatabase({ env, network }: Process): Promise<boolean> {
  const [host = "", port = String(databasePort)] = (env.get("WORDPRESS_DB_HOST") ?? "mysql").split(":");
  try {
    const [ip] = await network.lookup(host);
    if (ip === undefined) return false;
    (await network.dial({ ip, port: Number(port) })).destroy();
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}

interface Page {
  readonly status?: number;
  readonly title: string;
  readonly body: string;
}

const installation: Page = {
  title: "WordPress &rsaquo; Installation",
  body: `<h1>Welcome</h1>
<p>Welcome to the famous five-minute WordPress installation process! Just fill in the information below and you&#8217;ll be on your way to using the most extendable and powerful personal publishing platform in the world.</p>
<h2>Information needed</h2>
<form method="post" action="install.php?step=2">
<p><label>Site Title <input name="weblog_title" type="text"></label></p>
<p><label>Username <input name="user_name" type="text"></label></p>
<p><label>Password <input name="admin_password" type="password"></label></p>
<p><label>Your Email <input name="admin_email" type="email"></label></p>
<p><input type="submit" value="Install WordPress"></p>
</form>`,
};

function page(process: Process, { status = 200, title, body }: Page): HttpResponse {
  const text = `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<title>${title}</title>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
  return { status, headers: { ...common(process), "content-type": "text/html; charset=UTF-8" }, body: text };
}

function redirect(process: Process, location: string): HttpResponse {
  return { status: 302, headers: { ...common(process), "x-redirect-by": "WordPress", location }, body: "" };
}

function common({ clock }: Process): Readonly<Record<string, string>> {
  return { date: httpDate(clock.now()), server: serverName, "x-powered-by": "PHP/8.2.28" };
}

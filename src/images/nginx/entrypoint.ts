import type { Process } from "../../runtime/process.ts";
import { defaultSite, entrypointScripts } from "./files.ts";

const directory = "/docker-entrypoint.d";
const sitePath = "/etc/nginx/conf.d/default.conf";

/** `/docker-entrypoint.sh`: prepares the configuration, tells of it, and becomes the command. */
export async function nginxEntrypoint(process: Process): Promise<number> {
  const command = process.argv.slice(1);
  const isServer = command[0] === "nginx" || command[0] === "nginx-debug";
  if (isServer) await prepare(process);
  return process.become(command);
}

async function prepare(process: Process): Promise<void> {
  const quiet = (process.env.get("NGINX_ENTRYPOINT_QUIET_LOGS") ?? "") !== "";
  const say = async (text: string): Promise<void> => {
    if (!quiet) await process.print(`${text}\n`);
  };
  const me = "/docker-entrypoint.sh:";
  const scripts = process.files.exists(directory) ? process.files.list(directory) : [];
  if (scripts.length === 0) {
    await say(`${me} No files found in ${directory}/, skipping configuration`);
    return;
  }
  await say(`${me} ${directory}/ is not empty, will attempt to perform configuration`);
  await say(`${me} Looking for shell scripts in ${directory}/`);
  for (const name of scripts) await runScript(process, name, say);
  await say(`${me} Configuration complete; ready for start up`);
}

type Say = (text: string) => Promise<void>;

async function runScript(process: Process, name: string, say: Say): Promise<void> {
  const path = `${directory}/${name}`;
  const me = "/docker-entrypoint.sh:";
  const isOwn = entrypointScripts.includes(name);
  if (name.endsWith(".envsh") && isOwn) return say(`${me} Sourcing ${path}`);
  if (!name.endsWith(".sh")) return say(`${me} Ignoring ${path}`);
  if (!process.files.can(path, "execute")) return say(`${me} Ignoring ${path}, not executable`);
  await say(`${me} Launching ${path}`);
  if (!isOwn) {
    const child = await process.spawn([path]);
    await process.waitFor(child.exit);
  } else if (name.startsWith("10-")) await listenOnIpv6(process, say);
  else if (name.startsWith("20-")) await fillTemplates(process, say);
}

/** Pods have IPv4 only, so nothing but the messages remains of it. */
async function listenOnIpv6({ files }: Process, say: Say): Promise<void> {
  const me = "10-listen-on-ipv6-by-default.sh: info:";
  if (!files.exists(sitePath)) return say(`${me} ${sitePath} is not a file or does not exist`);
  if (!files.can(sitePath, "write")) return say(`${me} can not modify ${sitePath} (read-only file system?)`);
  const text = files.readText(sitePath);
  if (text.includes("listen  [::]:80;")) return say(`${me} IPv6 listen already enabled`);
  await say(`${me} Getting the checksum of ${sitePath}`);
  if (text !== defaultSite) return say(`${me} ${sitePath} differs from the packaged version`);
  files.write(sitePath, text.replace("    listen       80;\n", "    listen       80;\n    listen  [::]:80;\n"));
  return say(`${me} Enabled listen on IPv6 in ${sitePath}`);
}

/** Files of /etc/nginx/templates with the environment filled in. */
async function fillTemplates({ files, env }: Process, say: Say): Promise<void> {
  const from = env.get("NGINX_ENVSUBST_TEMPLATE_DIR") ?? "/etc/nginx/templates";
  const suffix = env.get("NGINX_ENVSUBST_TEMPLATE_SUFFIX") ?? ".template";
  const to = env.get("NGINX_ENVSUBST_OUTPUT_DIR") ?? "/etc/nginx/conf.d";
  if (!files.exists(from)) return;
  for (const name of files.list(from).filter((one) => one.endsWith(suffix))) {
    const target = `${to}/${name.slice(0, -suffix.length)}`;
    await say(`20-envsubst-on-templates.sh: Running envsubst on ${from}/${name} to ${target}`);
    const text = files.readText(`${from}/${name}`);
    files.write(
      target,
      text.replaceAll(
        /\$\{(\w+)\}|\$(\w+)/gu,
        (whole, braced?: string, plain?: string) => env.get(braced ?? plain ?? "") ?? whole,
      ),
    );
  }
}

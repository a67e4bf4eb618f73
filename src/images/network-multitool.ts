import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { nginxEntrypoint } from "./nginx/entrypoint.ts";
import { nginxFiles } from "./nginx/files.ts";
import { nginxProgram } from "./nginx/program.ts";
import { bindTools } from "./toolboxes.ts";

/** A toolbox that is a web server too, so that it keeps running. https://github.com/wbitt/Network-MultiTool */
export const networkMultitool: Image = {
  names: ["wbitt/network-multitool", "praqma/network-multitool"],
  base: "alpine",
  tools: ["curl", "dig", "host", "ss", "bash", "telnet"],
  entrypoint: ["/docker/entrypoint.sh"],
  command: ["/usr/sbin/nginx", "-g", "daemon off;"],
  ports: [80, 443],
  sizeMiB: 38,
  files: nginxFiles({ "index.html": "" }),
  directories: ["/var/cache/nginx"],
  links: { "/var/log/nginx/access.log": "/dev/stdout", "/var/log/nginx/error.log": "/dev/stderr" },
  programs: {
    ...bindTools,
    "/docker/entrypoint.sh": entrypoint,
    "/docker-entrypoint.sh": nginxEntrypoint,
    "/usr/sbin/nginx": nginxProgram,
  },
};

/** Writes the page that names the pod, and moves the server to the ports that are wished for. */
async function entrypoint(process: Process): Promise<number> {
  const { env, files, container, network } = process;
  const [http, https] = [env.get("HTTP_PORT") || "80", env.get("HTTPS_PORT") || "443"];
  const page = `WBITT Network MultiTool (with NGINX) - ${container.hostname} - ${network.ip} - HTTP: ${http} , HTTPS: ${https} . (Formerly praqma/network-multitool)\n`;
  files.write("/usr/share/nginx/html/index.html", page);
  const site = "/etc/nginx/conf.d/default.conf";
  files.write(site, files.readText(site).replace("listen       80;", `listen       ${http};`));
  await process.print(
    "The directory /usr/share/nginx/html is not mounted.\nTherefore, over-writing the default index.html file with some useful information:\n",
  );
  await process.print(page);
  return process.become(process.argv.slice(1));
}

import { mimeTypes } from "../web/mime-types.ts";

const mainConfig = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

/** /etc/nginx/conf.d/default.conf as it is packaged. */
export const defaultSite = `server {
    listen       80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const types = Object.entries(mimeTypes).map(([type, names]) => `    ${type.padEnd(48)} ${names.join(" ")};\n`);

export const entrypointScripts: readonly string[] = [
  "10-listen-on-ipv6-by-default.sh",
  "15-local-resolvers.envsh",
  "20-envsubst-on-templates.sh",
  "30-tune-worker-processes.sh",
];
const scriptText = "#!/bin/sh\n# Done by the simulated /docker-entrypoint.sh itself.\n";

/** What the official image brings; `port` and `pid` differ in the unprivileged one. */
export function nginxFiles(
  pages: Readonly<Record<string, string>>,
  { port = 80, pid = "/run/nginx.pid" }: { readonly port?: number; readonly pid?: string } = {},
): Readonly<Record<string, string>> {
  const html = Object.entries(pages).map(([name, text]) => [`/usr/share/nginx/html/${name}`, text]);
  const scripts = entrypointScripts.map((name) => [`/docker-entrypoint.d/${name}`, scriptText]);
  const isPlain = pid === "/run/nginx.pid";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `    ${name}_temp_path /tmp/${name}_temp;\n`,
  );
  const config = isPlain
    ? mainConfig
    : mainConfig.replace("user  nginx;\n", "").replace("http {\n", `http {\n${temporary.join("")}`);
  return {
    "/etc/nginx/nginx.conf": config.replace("/run/nginx.pid", pid),
    "/etc/nginx/mime.types": `\ntypes {\n${types.join("")}}\n`,
    "/etc/nginx/conf.d/default.conf": defaultSite.replace("listen       80;", `listen       ${port};`),
    ...Object.fromEntries([...html, ...scripts]),
  };
}

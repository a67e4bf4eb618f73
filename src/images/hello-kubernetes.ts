import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { escapeHtml } from "./web/html.ts";
import { serve } from "./web/serve.ts";

/** A page with a message (`MESSAGE`) and the pod that shows it. https://github.com/paulbouwer/hello-kubernetes */
export const helloKubernetes: Image = {
  names: ["paulbouwer/hello-kubernetes"],
  base: "alpine",
  command: ["node", "server.js"],
  ports: [8080],
  sizeMiB: 118,
  programs: { "/usr/local/bin/node": run },
};

async function run(process: Process): Promise<number> {
  const { env, container } = process;
  const port = Number(env.get("PORT") || "8080");
  await process.print(`Listening on: http://${container.hostname}:${port}\n`);
  const facts = [
    ["namespace:", env.get("KUBERNETES_NAMESPACE") || "-"],
    ["pod:", env.get("KUBERNETES_POD_NAME") || container.hostname],
    ["node:", `${env.get("KUBERNETES_NODE_NAME") || "-"} (Linux)`],
  ];
  const rows = facts.map(
    ([name = "", value = ""]) =>
      `      <tr>\n        <th>${name}</th>\n        <td>${escapeHtml(value)}</td>\n      </tr>`,
  );
  const body = `<!DOCTYPE html>
<html>
<head>
    <title>Hello Kubernetes!</title>
</head>
<body>
  <div class="main">
    <div class="content">
      <div id="message">
  ${escapeHtml(env.get("MESSAGE") || "Hello world!")}
</div>
<div id="info">
  <table>
${rows.join("\n")}
  </table>
</div>
    </div>
  </div>
</body>
</html>
`;
  const headers = { "x-powered-by": "Express", "content-type": "text/html; charset=utf-8" };
  return serve(process, port, () => ({ status: 200, headers, body }));
}

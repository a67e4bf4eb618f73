import type { Image } from "../runtime/image.ts";
import type { Process } from "../runtime/process.ts";
import { goResponse } from "./go/http.ts";
import { serveUntilKilled } from "./go/serve-until-killed.ts";
import { nginx } from "./nginx/nginx.ts";

/** The backend that says hello in JSON. https://kubernetes.io/docs/tasks/access-application-cluster/connecting-frontend-backend/ */
export const helloGoGke: Image = {
  names: ["gcr.io/google-samples/hello-go-gke"],
  base: "debian",
  entrypoint: ["/usr/bin/hello"],
  ports: [80],
  sizeMiB: 4,
  programs: { "/usr/bin/hello": sayHello },
};

const frontendSite = `upstream Backend {
    server hello;
}

server {
    listen 80;

    location / {
        proxy_pass http://Backend;
    }
}
`;

/** nginx in front of the Service `hello`: without that name in the cluster's DNS it does not start. */
export const helloFrontend: Image = {
  ...nginx,
  names: ["gcr.io/google-samples/hello-frontend"],
  files: { ...nginx.files, "/etc/nginx/conf.d/default.conf": frontendSite },
  hasTag: (tag) => ["1.0", "latest"].includes(tag),
};

function sayHello(process: Process): Promise<number> {
  process.network.serveHttp(80, () => {
    const headers = { "content-type": "application/json" };
    return goResponse(process, JSON.stringify({ message: "Hello" }), { headers });
  });
  return serveUntilKilled(process);
}

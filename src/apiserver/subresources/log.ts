import { badRequest, invalid, invalidObject, notAllowed, type FieldError } from "../../api/status.ts";
import type { LogOptions, NodeAgents } from "../../client/node-agents.ts";
import { isSet } from "../query-flag.ts";
import type { ApiResponse } from "../request.ts";
import type { SubresourceHandler } from "./handlers.ts";
import { containerTarget } from "./pod-target.ts";

const kind = { group: "", kind: "PodLogOptions" };

/** `kubectl logs`. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export function logHandler(agents: NodeAgents): SubresourceHandler {
  return {
    subresource: "log",
    serves: ({ plural, group }) => plural === "pods" && group === "",
    async handle(call): Promise<ApiResponse> {
      const { request, route } = call;
      const options = logOptions(request.query, route.name);
      const target = containerTarget(call);
      if (!target.pod.spec.nodeName) {
        if (options.follow) throw badRequest(`pod ${route.name} does not have a host assigned`);
        return { status: 200, headers: { "content-type": "text/plain" }, body: "" };
      }
      const body = await agents.logs(target, options);
      return { status: 200, headers: { "content-type": "text/plain" }, body };
    },
  };
}

function logOptions(query: URLSearchParams, pod: string): LogOptions {
  const errors: FieldError[] = [];
  const count = (name: string, least: number): number | undefined => {
    const text = query.get(name);
    if (text === null || text === "") return undefined;
    const value = Number(text);
    if (!Number.isSafeInteger(value))
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    if (value < least) {
      errors.push(invalid(name, value, `must be greater than ${least === 0 ? "or equal to 0" : "0"}`));
    }
    return value;
  };
  const tailLines = count("tailLines", 0);
  const sinceSeconds = count("sinceSeconds", 1);
  const limitBytes = count("limitBytes", 1);
  const sinceTime = query.get("sinceTime");
  if (sinceTime && sinceSeconds !== undefined) {
    errors.push(notAllowed("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  }
  if (errors.length > 0) throw invalidObject(kind, pod, errors);
  return {
    follow: isSet(query, "follow"),
    previous: isSet(query, "previous"),
    timestamps: isSet(query, "timestamps"),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceTime ? { sinceTime } : {}),
  };
}

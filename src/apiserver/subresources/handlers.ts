import { badRequest, pathNotFound } from "../../api/status.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import type { Call } from "../call.ts";
import type { ApiResponse, Session } from "../request.ts";
import type { ResourceRoute } from "../route.ts";

/** What the server does at one path below an object: `pods/log`, `services/proxy`. */
export interface SubresourceHandler {
  /** Which resources have it. */
  serves(resource: ResourceDefinition): boolean;
  readonly subresource: string;
  handle(call: Call): Promise<ApiResponse>;
  /** For those that upgrade the connection. */
  open?(call: Call): Promise<Session>;
}

/** Finds the handler of a subresource. `status` is the verbs' own business. */
export class SubresourceHandlers {
  readonly #handlers: readonly SubresourceHandler[];

  constructor(handlers: readonly SubresourceHandler[]) {
    this.#handlers = handlers;
  }

  handles(route: ResourceRoute): boolean {
    return this.#find(route) !== undefined;
  }

  async handle(call: Call): Promise<ApiResponse> {
    const handler = this.#find(call.route);
    if (!handler) throw pathNotFound();
    return handler.handle(call);
  }

  async open(call: Call): Promise<Session> {
    const handler = this.#find(call.route);
    if (!handler?.open) throw badRequest("Upgrade request required");
    return handler.open(call);
  }

  #find({ resource, subresource, name }: ResourceRoute): SubresourceHandler | undefined {
    if (subresource === "" || name === "") return undefined;
    return this.#handlers.find((handler) => handler.subresource === subresource && handler.serves(resource));
  }
}

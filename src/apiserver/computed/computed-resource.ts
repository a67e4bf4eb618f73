import type { KubeObject } from "../../api/object.ts";
import { methodNotSupported } from "../../api/status.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { type Call, objectResponse } from "../call.ts";
import type { ApiResponse } from "../request.ts";
import type { ResourceRoute } from "../route.ts";
import { selectionOf } from "../selection.ts";
import { listResponse } from "../verbs/list.ts";

/** A kind whose objects are worked out when somebody asks, and never stored. */
export interface ComputedResource<T extends KubeObject = KubeObject> {
  readonly resource: ResourceDefinition<T>;
  /** Of all namespaces when `namespace` is "". */
  list(namespace: string): readonly T[];
  /** Throws ApiError. */
  get(namespace: string, name: string): T;
}

/** The computed kinds by resource: where one handles a route, nothing else does. */
export class ComputedResources {
  readonly #computed: readonly ComputedResource[];

  constructor(computed: readonly ComputedResource[]) {
    this.#computed = computed;
  }

  handles(route: ResourceRoute): boolean {
    return this.#find(route) !== undefined;
  }

  /** Rejects with ApiError. */
  async handle(call: Call): Promise<ApiResponse> {
    const { route, request } = call;
    const { resource, verb, namespace, name } = route;
    const computed = this.#find(route);
    if (computed && verb === "get") {
      return objectResponse(call, computed.get(namespace, name));
    }
    if (!computed || verb !== "list") throw methodNotSupported(resource, request.method.toLowerCase());
    const matches = selectionOf(request.query, route);
    const all = computed.list(namespace);
    return listResponse(call, matches ? all.filter((object) => matches(object)) : all, {});
  }

  #find({ resource, subresource }: ResourceRoute): ComputedResource | undefined {
    if (subresource !== "") return undefined;
    return this.#computed.find(
      ({ resource: { group, plural } }) => group === resource.group && plural === resource.plural,
    );
  }
}

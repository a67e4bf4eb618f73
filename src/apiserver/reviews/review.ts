import { cloneTree, type KubeObject, type Mutable } from "../../api/object.ts";
import { methodNotAllowed } from "../../api/status.ts";
import type { ResourceDefinition } from "../../resources/definition.ts";
import { readObject } from "../body.ts";
import { type Call, representOptions, writeOptions } from "../call.ts";
import type { ApiResponse } from "../request.ts";
import { jsonResponse } from "../response.ts";
import type { ResourceRoute } from "../route.ts";

/** A kind that is a question: what is POSTed is answered and never stored. */
export interface Review<T extends KubeObject = KubeObject> {
  readonly resource: ResourceDefinition<T>;
  /** The object with its answer. Throws or rejects with ApiError. */
  answer(object: T, call: Call): KubeObject | Promise<KubeObject>;
}

/** The reviews by resource: where one handles a route, nothing else does. */
export class Reviews {
  readonly #reviews: readonly Review[];

  constructor(reviews: readonly Review[]) {
    this.#reviews = reviews;
  }

  handles(route: ResourceRoute): boolean {
    return this.#find(route) !== undefined;
  }

  /** Rejects with ApiError. */
  async handle(call: Call): Promise<ApiResponse> {
    const { route } = call;
    const review = this.#find(route);
    if (!review || route.verb !== "create" || route.name !== "") {
      throw methodNotAllowed();
    }
    representOptions(call);
    const object = cloneTree(readObject(call, route.resource));
    await admitReview(call, object);
    const answer = await review.answer(object, call);
    const { name, ...metadata } = answer.metadata;
    const own = { ...(name ? { name } : {}), creationTimestamp: null, ...metadata };
    return jsonResponse({ ...answer, metadata: own }, 201);
  }

  #find({ resource, subresource }: ResourceRoute): Review | undefined {
    if (subresource !== "") return undefined;
    return this.#reviews.find(
      ({ resource: { group, plural } }) => group === resource.group && plural === resource.plural,
    );
  }
}

/** A question, too, is only asked if admission lets it. */
function admitReview(call: Call, object: Mutable<KubeObject>): Promise<void> {
  const { route, registry } = call;
  const { resource, namespace } = route;
  if (resource.namespaced) object.metadata.namespace ||= namespace;
  const key = { namespace, name: object.metadata.name };
  return registry.judge({ operation: "CREATE", subresource: "", resource, object, key, options: writeOptions(call) });
}

import { invalidObject } from "../../api/status.ts";
import type { Binding } from "../../api/types.gen.ts";
import { bindings } from "../../resources/core/binding.ts";
import { pods } from "../../resources/core/pod.ts";
import { writeOptions } from "../call.ts";
import { bindingSubresource } from "../subresources/binding.ts";
import type { Review } from "./review.ts";

/** A Binding POSTed by itself: the same as one POSTed to the pod that it names. */
export const bindingOrder: Review<Binding> = {
  resource: bindings,
  async answer(body, call) {
    const { route, registry } = call;
    const errors = bindings.validate?.(body) ?? [];
    if (errors.length > 0) throw invalidObject(bindings, body.metadata.name, errors);
    return bindingSubresource.create({
      registry,
      resource: pods,
      key: { namespace: route.namespace, name: body.metadata.name },
      subresource: "binding",
      body,
      options: writeOptions(call),
    });
  },
};

import { expect, test } from "vitest";

import type {
  CustomResourceDefinition,
  CustomResourceVersion,
} from "../../../src/resources/apiextensions/custom-resource-definition.ts";
import { definitionErrors } from "../../../src/resources/apiextensions/definition-errors.ts";

const openAPIV3Schema = {
  type: "object",
  properties: { spec: { type: "object", properties: { color: { type: "string" }, parts: { type: "object" } } } },
};

function errorsOf(...versions: readonly Partial<CustomResourceVersion>[]): string[] {
  const definition: CustomResourceDefinition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      conversion: { strategy: "None" },
      names: { plural: "things", singular: "thing", kind: "Thing", listKind: "ThingList" },
      versions: versions.map((version, index) => ({
        name: `v${index + 1}`,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema },
        ...version,
      })),
    },
  };
  return definitionErrors(definition).map(({ field, message }) => `${field}: ${message}`);
}

const scale = (spec: string, status: string, labelSelectorPath?: string): Partial<CustomResourceVersion> => ({
  subresources: {
    scale: {
      specReplicasPath: spec,
      statusReplicasPath: status,
      ...(labelSelectorPath === undefined ? {} : { labelSelectorPath }),
    },
  },
});

const column = (more: object): Partial<CustomResourceVersion> => ({
  additionalPrinterColumns: [{ name: "A", type: "string", jsonPath: ".a", ...more }],
});

const selected = (...paths: readonly string[]): Partial<CustomResourceVersion> => ({
  selectableFields: paths.map((jsonPath) => ({ jsonPath })),
});

test.each<[string, Partial<CustomResourceVersion>, string[]]>([
  ["good paths of a scale", scale(".spec.n", ".status.n", ".status.selector"), []],
  [
    "paths of a scale that start nowhere",
    scale("foo,bar", "", "x"),
    [
      'spec.subresources.scale.specReplicasPath: Invalid value: "foo,bar": must be a simple json path starting with .',
      "spec.subresources.scale.statusReplicasPath: Required value",
      'spec.subresources.scale.labelSelectorPath: Invalid value: "x": must be a simple json path starting with .',
    ],
  ],
  [
    "paths of a scale that lead elsewhere",
    scale(".status.n", ".spec.n", ".metadata.x"),
    [
      'spec.subresources.scale.specReplicasPath: Invalid value: ".status.n": should be a json path under .spec',
      'spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.n": should be a json path under .status',
      'spec.subresources.scale.labelSelectorPath: Invalid value: ".metadata.x": should be a json path under either .spec or .status',
    ],
  ],
  [
    "a column of an unknown type",
    column({ type: "text", format: "x", jsonPath: "a" }),
    [
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].format: Invalid value: "x": must be one of byte,date,date-time,double,float,int32,int64,password',
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .',
    ],
  ],
  ["a field to select by", selected(".spec.color"), []],
  [
    "fields that cannot be selected by",
    selected(".spec.none", ".spec.parts", ".spec.color", ".spec.color"),
    [
      'spec.versions[0].selectableFields[0].jsonPath: Invalid value: ".spec.none": is an invalid path: does not refer to a valid field',
      'spec.versions[0].selectableFields[1]: Invalid value: ".spec.parts": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      'spec.versions[0].selectableFields[3]: Duplicate value: ".spec.color"',
    ],
  ],
])("%s", (_, version, errors) => {
  expect(errorsOf(version)).toEqual(errors);
});

test("what versions do not share is spoken of by version", () => {
  expect(errorsOf(column({ name: "" }), column({}))).toEqual([
    "spec.versions[0].additionalPrinterColumns[0].name: Required value",
  ]);
});

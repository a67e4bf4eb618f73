import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { type Image, imagesFromYaml } from "../index.ts";

/** The images of the user's own files; a text says what is wrong with one. */
export async function loadImages(files: readonly string[]): Promise<readonly Image[] | string> {
  const images: Image[] = [];
  for (const file of files) {
    try {
      images.push(...(await imagesIn(file)));
    } catch (error) {
      return `cannot load images from ${file}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return images;
}

async function imagesIn(file: string): Promise<readonly Image[]> {
  switch (extname(file)) {
    case ".yaml":
    case ".yml":
    case ".json":
      return imagesFromYaml(readFileSync(file, "utf8"));
    default:
      return imagesOf((await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>);
  }
}

/** Every export that looks like an image, alone or in a list. */
function imagesOf(module: Record<string, unknown>): readonly Image[] {
  const found = Object.values(module).flat().filter(isImage);
  if (found.length === 0) throw new Error("it exports no image: an object with `names` and `base`");
  return [...new Set(found)];
}

function isImage(value: unknown): value is Image {
  return (
    typeof value === "object" && value !== null && "names" in value && Array.isArray(value.names) && "base" in value
  );
}

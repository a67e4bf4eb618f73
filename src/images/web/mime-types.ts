/** Media types by extension, as nginx's mime.types has the usual ones. */
export const mimeTypes: Readonly<Record<string, readonly string[]>> = {
  "text/html": ["html", "htm", "shtml"],
  "text/css": ["css"],
  "text/xml": ["xml"],
  "image/gif": ["gif"],
  "image/jpeg": ["jpeg", "jpg"],
  "application/javascript": ["js"],
  "application/atom+xml": ["atom"],
  "application/rss+xml": ["rss"],
  "text/mathml": ["mml"],
  "text/plain": ["txt"],
  "text/x-component": ["htc"],
  "image/avif": ["avif"],
  "image/png": ["png"],
  "image/svg+xml": ["svg", "svgz"],
  "image/tiff": ["tif", "tiff"],
  "image/webp": ["webp"],
  "image/x-icon": ["ico"],
  "image/x-ms-bmp": ["bmp"],
  "font/woff": ["woff"],
  "font/woff2": ["woff2"],
  "application/java-archive": ["jar", "war", "ear"],
  "application/json": ["json"],
  "application/msword": ["doc"],
  "application/pdf": ["pdf"],
  "application/postscript": ["ps", "eps", "ai"],
  "application/rtf": ["rtf"],
  "application/vnd.apple.mpegurl": ["m3u8"],
  "application/vnd.ms-excel": ["xls"],
  "application/vnd.ms-powerpoint": ["ppt"],
  "application/wasm": ["wasm"],
  "application/x-7z-compressed": ["7z"],
  "application/x-x509-ca-cert": ["der", "pem", "crt"],
  "application/xhtml+xml": ["xhtml"],
  "application/zip": ["zip"],
  "application/octet-stream": ["bin", "exe", "dll", "deb", "dmg", "iso", "img", "msi"],
  "audio/midi": ["mid", "midi", "kar"],
  "audio/mpeg": ["mp3"],
  "audio/ogg": ["ogg"],
  "audio/x-m4a": ["m4a"],
  "video/mp4": ["mp4"],
  "video/mpeg": ["mpeg", "mpg"],
  "video/quicktime": ["mov"],
  "video/webm": ["webm"],
  "video/x-flv": ["flv"],
  "video/x-msvideo": ["avi"],
};

const byExtension = new Map(Object.entries(mimeTypes).flatMap(([type, names]) => names.map((name) => [name, type])));

/** undefined: nobody knows the extension. */
export function mimeTypeOf(path: string): string | undefined {
  return byExtension.get(extensionOf(path));
}

/** Without its dot, lower-case; "" when the last name has none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}

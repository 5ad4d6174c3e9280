// Forty ways to write a path a little differently.

/** What each one does to a path. */
export const PATH_VARIANTS: Readonly<Record<string, (path: string) => string>> = {
  "a doubled first slash": (path) => `/${path}`,
  "a doubled inner slash": (path) => inner(path, "//"),
  "a slash more": (path) => `${path}/`,
  "two slashes more": (path) => `${path}//`,
  "a slash less": (path) => path.replace(/.$/, ""),
  "a dot segment before": (path) => `/.${path}`,
  "a dot segment behind": (path) => `${path}/.`,
  "a dot segment inside": (path) => inner(path, "/./"),
  "a parent behind": (path) => `${path}/..`,
  "a way out and in": (path) => `/x/..${path}`,
  "a way out and in, inside": (path) => inner(path, "/x/../"),
  "an escaped parent": (path) => `/x/%2e%2e${path}`,
  "an escaped dot": (path) => `/%2e${path}`,
  "an escaped slash": (path) => inner(path, "%2f"),
  "an escaped slash in capitals": (path) => inner(path, "%2F"),
  "an escaped first slash": (path) => `/%2f${path.slice(1)}`,
  "an escaped last slash": (path) => `${path}%2f`,
  "a doubly escaped slash": (path) => inner(path, "%252f"),
  "an escaped first letter": (path) => `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  "a doubly escaped first letter": (path) =>
    `/%25${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  "an escaped last letter": (path) =>
    `${path.slice(0, -1)}%${path.charCodeAt(path.length - 1).toString(16)}`,
  capitals: (path) => path.toUpperCase(),
  "a capital first letter": (path) => path.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  "a parameter behind": (path) => `${path};x`,
  "a parameter inside": (path) => inner(path, ";x=1/"),
  backslashes: (path) => path.replaceAll("/", "\\"),
  "a backslash inside": (path) => inner(path, "\\"),
  "a NUL behind": (path) => `${path}%00`,
  "a line break behind": (path) => `${path}%0d%0a`,
  "a space behind": (path) => `${path}%20`,
  "an overlong slash": (path) => inner(path, "%c0%af"),
  "a longer overlong slash": (path) => inner(path, "%e0%80%af"),
  "a wide slash": (path) => inner(path, "%ef%bc%8f"),
  "bytes that are no UTF-8": (path) => `${path}%ff`,
  "half an escape": (path) => `${path}%`,
  "an escape that is none": (path) => `${path}%zz`,
  "the absolute form": (path) => `http://elsewhere.example${path}`,
  "an authority": (path) => `//elsewhere.example${path}`,
  "no first slash": (path) => path.slice(1),
  "a verb": (path) => `${path}:x`,
};

/** Puts something else where the last slash within a path is. */
function inner(path: string, text: string): string {
  const at = path.lastIndexOf("/", path.length - 2);
  return `${path.slice(0, Math.max(0, at))}${text}${path.slice(at + 1)}`;
}

// How is one call written: an example of its body, its address, and the curl command that makes it?
// Nothing here touches the page or the network.

/** The operations of an OpenAPI document, in its own order, as {id, method, path, tag, …}. */
export function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, said]) => ({
      id: said.operationId,
      method: method.toUpperCase(),
      path,
      tag: said.tags?.[0] ?? "Other",
      title: said.summary ?? said.operationId,
      says: said.description ?? "",
      fields: (said.parameters ?? []).filter((one) => ["path", "query", "header"].includes(one.in)),
      scope: Object.values(said.security?.[0] ?? {})[0]?.[0] ?? "",
      takes: said.requestBody?.content ?? null,
    })),
  );
}

function resolved(shape, api) {
  const name = shape?.$ref?.split("/").pop();
  return name ? api.components.schemas[name] : (shape ?? {});
}

/** The smallest body of this shape: what is required, with values of the right kind. */
function smallest(shape, api, depth = 0) {
  const { type, properties, required = [], items, enum: words, format, default: usual } = resolved(shape, api);
  if (usual !== undefined) return usual;
  if (words) return words[0];
  if (type === "array") return depth > 3 ? [] : [smallest(items, api, depth + 1)];
  if (type === "integer" || type === "number") return 1;
  if (type === "boolean") return false;
  if (type === "string") return format === "date-time" ? new Date(0).toISOString() : "";
  const names = Object.keys(properties ?? {}).filter((name) => required.includes(name));
  return Object.fromEntries(names.map((name) => [name, smallest(properties[name], api, depth + 1)]));
}

/** The type of an operation's body, and an example of one; null where it takes none. */
export function exampleOf(operation, api) {
  if (!operation.takes) return null;
  const [type, content] = Object.entries(operation.takes)[0];
  const given = Object.values(content.examples ?? {})[0]?.value ?? content.example;
  if (!type.includes("json") || type.includes("ndjson")) return { type, text: "" };
  return { type, text: JSON.stringify(given ?? smallest(content.schema, api), null, 2) };
}

/** The address with its parts filled in, and the headers that were given. */
export function addressed(operation, values) {
  let path = operation.path;
  const query = new URLSearchParams();
  const headers = {};
  for (const field of operation.fields) {
    const value = values[field.name]?.trim();
    if (field.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value || "…"));
    else if (value && field.in === "query") query.set(field.name, value);
    else if (value) headers[field.name] = value;
  }
  const asked = query.toString();
  return { path: asked ? `${path}?${asked}` : path, headers };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command that does the same in a shell. The secret is in SECRET, and the token in TOKEN. */
export function curlOf({ root, tokenUrl, client, scope, method, path, headers, type, text }) {
  const asked = [
    `curl -sS -u ${quoted(client || "CLIENT_ID")}":$SECRET" -d grant_type=client_credentials`,
    ...(scope ? [`  -d ${quoted(`scope=${scope}`)}`] : []),
    `  ${root}${tokenUrl}`,
  ].join(" \\\n");
  const token = `TOKEN=$(${asked} \\\n  | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')`;
  const call = [
    `curl -sS -i -X ${method} ${quoted(root + path)}`,
    '  -H "Authorization: Bearer $TOKEN"',
    ...Object.entries(headers).map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(text ? [`  -H ${quoted(`Content-Type: ${type}`)}`, `  --data-binary ${quoted(text)}`] : []),
  ].join(" \\\n");
  return `${token}\n\n${call}`;
}

/** Whether a call is one that GitHub describes: its path, its parameters, its body. */
import { readFileSync } from 'node:fs';
import { OpenAPIBackend } from 'openapi-backend';

const definition = JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8'));
const formats = { uri: true, 'date-time': true, int64: true, 'repo.nwo': true };
const description = new OpenAPIBackend({
  definition,
  quick: true,
  ajvOpts: { strict: false, coerceTypes: true, formats },
});
await description.init();

/**
 * @param call method; path below the API, without the query; query by name; body, parsed where it is JSON; headers
 * @returns what is wrong with it; nothing: GitHub would take it
 */
export function faultsOf({ method, path, query, body, headers }) {
  const request = { method, path, query, body, headers };
  const operation = description.router.matchOperation(request);
  if (!operation?.operationId)
    return [`${method} ${path} is not in openapi.json. If GitHub has it, see extractOpenapi.mjs.`];
  const { operationId, parameters = [], requestBody } = operation;
  const { errors } = description.validateRequest(request, operation);
  const found = (errors ?? []).map(
    ({ instancePath, message }) => `${operationId}: ${instancePath} ${message}`,
  );
  // GitHub ignores what it does not know: a misspelt name would go unnoticed
  const named = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
  for (const name of Object.keys(query))
    if (!named.has(name)) found.push(`${operationId}: it has no parameter ${name}`);
  const known = requestBody?.content?.['application/json']?.schema?.properties;
  if (known && typeof body === 'object' && body !== null)
    for (const name of Object.keys(body))
      if (!(name in known)) found.push(`${operationId}: its body has no ${name}`);
  return found;
}

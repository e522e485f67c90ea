/**
 * Makes openapi.json: of GitHub's published description (MIT licence, see openapi.LICENSE) the operations that modsync calls,
 * each with its parameters and the schema of its body, references resolved, prose left out. The package has 385 MB, so it is
 * no dependency. To call another operation, add it below, and run:
 *
 *   npm pack @octokit/openapi   (unpack it)
 *   node test/support/github/extractOpenapi.mjs package/generated/api.github.com.json VERSION
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OPERATIONS = [
  // hosting
  'users/get-authenticated',
  'users/get-by-username',
  'rate-limit/get',
  'meta/get',
  'repos/get',
  'repos/create-for-authenticated-user',
  'repos/create-in-org',
  'repos/update',
  'repos/delete',
  'repos/replace-all-topics',
  // people
  'repos/list-collaborators',
  'repos/add-collaborator',
  'repos/remove-collaborator',
  'repos/get-collaborator-permission-level',
  'repos/list-invitations',
  'repos/delete-invitation',
  'repos/list-invitations-for-authenticated-user',
  'repos/accept-invitation-for-authenticated-user',
  // what happens there
  'repos/create-webhook',
  'repos/list-webhooks',
  'repos/get-webhook',
  'repos/update-webhook',
  'repos/delete-webhook',
  'repos/ping-webhook',
  'repos/list-webhook-deliveries',
  'activity/list-repo-events',
  'git/get-ref',
  'git/list-matching-refs',
  'repos/list-branches',
  'repos/get-branch',
  'repos/list-commits',
  'repos/get-commit',
  // proposals
  'pulls/create',
  'pulls/list',
  'pulls/get',
  'pulls/update',
  'pulls/merge',
  'pulls/list-files',
  // releases
  'repos/list-releases',
  'repos/get-latest-release',
  'repos/get-release',
  'repos/get-release-by-tag',
  'repos/create-release',
  'repos/update-release',
  'repos/delete-release',
  'repos/list-release-assets',
  'repos/get-release-asset',
  'repos/upload-release-asset',
  'repos/update-release-asset',
  'repos/delete-release-asset',
];

const PROSE = new Set([
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'x-github',
  'title',
]);

const [source, version = ''] = process.argv.slice(2);
const description = JSON.parse(readFileSync(source, 'utf8'));

/** References resolved. In a map of names to schemas, `description` is a name like any other. */
function plain(value, isNames = false) {
  if (Array.isArray(value)) return value.map((entry) => plain(entry));
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.$ref === 'string') return plain(at(value.$ref));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isNames || !PROSE.has(key))
      .map(([key, inner]) => [key, plain(inner, key === 'properties' && !isNames)]),
  );
}

const at = (pointer) =>
  pointer
    .slice(2)
    .split('/')
    .reduce((inner, key) => inner[key.replaceAll('~1', '/').replaceAll('~0', '~')], description);

const paths = {};
const missing = new Set(OPERATIONS);
for (const [path, methods] of Object.entries(description.paths))
  for (const [method, operation] of Object.entries(methods)) {
    if (!missing.delete(operation.operationId)) continue;
    const { operationId, parameters = [], requestBody } = plain(operation);
    const responses = Object.fromEntries(
      Object.keys(operation.responses).map((status) => [status, { description: '' }]),
    );
    paths[path] ??= {};
    paths[path][method] = { operationId, parameters, ...(requestBody && { requestBody }), responses };
  }
if (missing.size > 0) throw new Error(`These are no operations of GitHub's: ${[...missing].join(', ')}`);

writeFileSync(
  new URL('openapi.json', import.meta.url),
  `${JSON.stringify({
    openapi: '3.0.3',
    info: {
      title: 'An extract of the description of the GitHub REST API',
      version: `@octokit/openapi ${version}`,
      license: { name: 'MIT, Copyright (c) 2020 Octokit contributors' },
    },
    paths,
  })}\n`,
);

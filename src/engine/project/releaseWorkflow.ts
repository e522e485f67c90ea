/**
 * What GitHub's Actions do with releases: make one when asked to, and build each tag again to see that it names what it
 * makes. A tag's run sends nothing, so that it never meets the upload of whoever made the tag.
 */
export const WORKFLOW_FILE = '.github/workflows/release.yml';

/** @param version of modsync that Actions run: another one may make other bytes */
export const releaseWorkflow = (version: string): string => `\
# Written by "modsync init --github --workflow"; it is yours to change.
#
# Make a release here: Actions, Release, "Run workflow", and name the version. It is the same as
# "modsync release VERSION" on your own machine, and may be run again when it was cut short.
# A tag that was pushed from elsewhere is built again and compared with the archive that it names.
name: Release

on:
  push:
    tags: ['v[0-9]+.[0-9]+.[0-9]+*']
  workflow_dispatch:
    inputs:
      version:
        description: The version, such as 1.2.0
        required: true
        type: string
      draft:
        description: Only members see it, until it is run once more without this
        default: true
        type: boolean

concurrency: release

jobs:
  release:
    if: github.event_name == 'workflow_dispatch'
    runs-on: ubuntu-latest
    permissions:
      contents: write
    env:
      GITHUB_TOKEN: \${{ github.token }}
      VERSION: \${{ inputs.version }}
      DRAFT: \${{ inputs.draft && '--draft' || '' }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          ref: \${{ github.event.repository.default_branch }}
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: |
          git config user.name "$GITHUB_ACTOR"
          git config user.email "$GITHUB_ACTOR@users.noreply.github.com"
          npx --yes modsync@${version} release "$VERSION" $DRAFT

  verify:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    permissions:
      contents: read
    env:
      GITHUB_TOKEN: \${{ github.token }}
    steps:
      # a branch, with all tags: asked for the tag itself, checkout would leave out its message
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
          ref: \${{ github.event.repository.default_branch }}
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: |
          npx --yes modsync@${version} release --verify "$GITHUB_REF_NAME"
`;

/** What GitHub says when something is wrong, word for word; `standIn.answer` makes it say so. */

export interface Recorded {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: { readonly message: string; readonly documentation_url?: string; readonly errors?: unknown };
}

const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

export const recorded = {
  badCredentials: {
    status: 401,
    body: { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest' },
  },
  rateLimit: (seconds: number): Recorded => ({
    status: 403,
    headers: {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-used': '5000',
      'x-ratelimit-resource': 'core',
      'x-ratelimit-reset': inSeconds(seconds),
    },
    body: {
      message: 'API rate limit exceeded for user ID 583231.',
      documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
    },
  }),
  secondaryRateLimit: (seconds: number): Recorded => ({
    status: 403,
    headers: { 'retry-after': String(seconds), 'x-ratelimit-remaining': '4990' },
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url:
        'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    },
  }),
  abuse: (seconds: number): Recorded => ({
    status: 403,
    headers: { 'retry-after': String(seconds) },
    body: {
      message:
        'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
    },
  }),
  tooMany: (seconds: number): Recorded => ({
    status: 429,
    headers: { 'retry-after': String(seconds) },
    body: { message: 'Too many requests' },
  }),
  sso: (url: string): Recorded => ({
    status: 403,
    headers: { 'x-github-sso': `required; url=${url}` },
    body: {
      message:
        'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    },
  }),
  fineGrained: (permissions: string): Recorded => ({
    status: 403,
    headers: { 'x-accepted-github-permissions': permissions },
    body: { message: 'Resource not accessible by personal access token' },
  }),
  down: { status: 502, body: { message: 'Server Error' } },
  blocked: { status: 451, body: { message: 'Repository access blocked' } },
  lfsQuota: {
    status: 403,
    body: {
      message:
        'This repository is over its data quota. Account responsible for LFS bandwidth should purchase more data packs to restore access.',
    },
  },
} as const;

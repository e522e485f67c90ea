/** A stored file as an answer: whole, or one range of it. Closes the file. */
import type { FileHandle } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { parseRange } from './range.ts';
import { sendBytes } from './sendBytes.ts';

/** @param headers of the answer; its `ETag` names these bytes for ever */
export async function sendAsset(
  request: Request,
  response: Response,
  { file, size }: { readonly file: FileHandle; readonly size: number },
  headers: Readonly<Record<string, string>> & { readonly ETag: string },
): Promise<void> {
  try {
    const etag = headers.ETag;
    response.set({ ...headers, 'Accept-Ranges': 'bytes' });
    if (matches(request.headers['if-none-match'], etag)) {
      response.status(304).end();
      return;
    }
    const ifRange = request.headers['if-range'];
    const range =
      ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, size) : undefined;
    if (range === 'unsatisfiable') {
      response.status(416).set('Content-Range', `bytes */${size}`).removeHeader('Cache-Control');
      response.end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    if (range !== undefined) response.status(206).set('Content-Range', `bytes ${start}-${end}/${size}`);
    response.set('Content-Length', String(end - start + 1));
    if (request.method === 'HEAD' || size === 0) response.end();
    else await sendBytes(file, start, end, response);
  } finally {
    await file.close();
  }
}

const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? '')
    .split(',')
    .some((candidate) => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === etag);

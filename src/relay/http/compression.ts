/** Answers that are worth compressing: long lists in JSON. Assets are not: textures and archives are compressed already. */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** Below this many characters the headers weigh more. */
const WORTH_IT = 8 * 1024;

const compress = promisify(gzip);

export async function sendCompressed(
  request: Request,
  response: Response,
  type: string,
  text: string,
): Promise<void> {
  response.type(type).vary('Accept-Encoding');
  if (text.length < WORTH_IT || request.acceptsEncodings('gzip') === false) response.send(text);
  else
    response
      .set('Content-Encoding', 'gzip')
      // Two thirds of a batch are gone at the quickest level; the slowest would find little more.
      .send(await compress(text, { level: constants.Z_BEST_SPEED }));
}

/** What a download costs without a relay around it: Express and `send`, in reads of 1 MiB. Argument: the folder. */
import { createRequire } from 'node:module';
import express from 'express';

// Express's own, of the version that it comes with.
const send = createRequire(import.meta.resolve('express'))('send');
const [root] = process.argv.slice(2);
const app = express();
app.get('/*path', (request, response) => {
  send(request, request.path, { root, highWaterMark: 1 << 20 }).pipe(response);
});
const server = app.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);

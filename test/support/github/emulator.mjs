/**
 * The process that `emulate` runs in: GitHub's REST API with a state. Beside it listens what holds calls to GitHub's
 * description (Jest cannot load either). The seed is the first line that it reads (it holds
 * tokens, which belong in no list of processes); the ports of both are the first line printed, and
 * it ends when its standard input does.
 */
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { createInterface } from 'node:readline';
import { createEmulator } from 'emulate';
import { faultsOf } from './contract.mjs';

const input = createInterface({ input: process.stdin });
const [line] = await once(input, 'line');
const { baseUrl, seed } = JSON.parse(line);

// emulate listens everywhere, and does not say which port it was given
const { listen } = Server.prototype;
const api = await new Promise((resolve, reject) => {
  Server.prototype.listen = function onFreePort() {
    return listen.call(this, 0, '127.0.0.1', () => resolve(this.address().port));
  };
  createEmulator({ service: 'github', port: 0, baseUrl, seed }).catch(reject);
});
Server.prototype.listen = listen;

const checking = createServer(async (request, response) => {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  response.end(JSON.stringify(faultsOf(JSON.parse(text))));
});
checking.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ api, contract: checking.address().port }));
});
input.on('close', () => process.exit());

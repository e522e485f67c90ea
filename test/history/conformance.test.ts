import { join } from 'node:path';
import { smartHttp } from '../../src/history/index.ts';
import { describeHistory } from '../conformance/history.ts';
import { gitHttpServer } from '../support/gitHttpServer.ts';
import { git } from '../support/gitRepository.ts';
import { temporaryFolder } from '../support/host.ts';

describeHistory('stock Git over HTTP', async () => {
  const folder = temporaryFolder('bare');
  git(folder, 'init', '-q', '--bare', 'empty.git');
  const server = await gitHttpServer(join(folder, 'empty.git'));
  const history = () => smartHttp({ url: server.url, authorize: async () => undefined });
  return { histories: [history(), history()], close: () => server.close() };
});

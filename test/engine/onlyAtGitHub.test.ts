/** What only GitHub has says so elsewhere, and changes nothing. */
import { startTeam } from '../support/team.ts';

test('at a relay nobody proposes or follows: the relay tells everyone by itself', async () => {
  const { relay, people } = await startTeam(['Ann'], { 'Readme.txt': 'one\n' });
  const [ann] = people;
  const before = ann!.files();
  const head = ann!.git('rev-parse', 'HEAD');
  ann!.write('Readme.txt', 'two\n');
  await expect(ann!.engine.proposals.open(ann!.id, { title: 'Two' })).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/only GitHub.*modsync sync/),
  });
  await expect(ann!.engine.proposals.leave(ann!.id)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  await expect(ann!.engine.following.begin(ann!.id, { relay: relay.url })).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: expect.stringMatching(/tells everyone by itself/),
  });
  await expect(ann!.engine.following.end(ann!.id)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  expect(ann!.git('rev-parse', 'HEAD')).toBe(head);
  ann!.write('Readme.txt', 'one\n');
  expect(ann!.files()).toEqual(before);
});

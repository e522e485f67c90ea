import type { Command } from '../context.ts';
import { columns, shown } from '../format.ts';

export const members: Command<object> = async (_options, context) => {
  const { engine, projectId } = await context.openProject();
  const people = await engine.listMembers(projectId, context.call);
  return {
    data: people,
    text: (paint) =>
      columns(
        people.map(({ name, role, invited }) => [
          shown(name),
          role,
          invited ? paint('dim', 'invited, has not accepted yet') : '',
        ]),
      ),
  };
};

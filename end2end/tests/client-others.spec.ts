// The contract in other languages' stock libraries. Each program in clients/ holds the same conversation over a
// transport and prints what it saw; here the stories are judged, all by the same words.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from '../fixtures.ts';
import { needsPython, needsRust, python, rust, type Program } from '../fixtures/others.ts';

const run = promisify(execFile);

/** What a client saw. An argument list is a list; an ack is its only argument. */
interface Story {
  transport: string;
  greeting: unknown[];
  accepted: unknown;
  echo: unknown[];
  renamed: unknown;
  history: unknown;
  refused: unknown;
}

function expectTheStory(story: Story, said: string, name: string): void {
  expect(story.greeting).toEqual(['Oi cliente!']);
  const accepted = { room: 'lobby', seq: 1, at: expect.any(Number), key: expect.any(String), duplicate: false };
  expect(story.accepted).toEqual({ ok: accepted });
  expect(story.echo).toEqual([
    said,
    expect.objectContaining({ room: 'lobby', seq: 1, author: expect.objectContaining({ role: 'guest' }) }),
  ]);
  expect(story.renamed).toEqual({ ok: { you: expect.objectContaining({ name }) } });
  const message = expect.objectContaining({ seq: 1, body: said });
  expect(story.history).toEqual({ ok: expect.objectContaining({ more: false, messages: [message] }) });
  expect(story.refused).toEqual({ error: { code: 'bad_request', retryable: false } });
}

/** What `program` saw. */
async function told(program: Program, ...args: string[]): Promise<Story> {
  const { stdout } = await run(program.command, [...program.before, ...args], { env: program.env });
  return JSON.parse(stdout);
}

// Each story begins with the first message of a room.
test.use({ options: { welcome: 'Oi cliente!' } });

test.describe('python-socketio', () => {
  needsPython();

  for (const transport of ['polling', 'websocket', 'upgrade']) {
    test(`takes part by ${transport}`, async ({ chat }) => {
      const story = await told(python('talk'), chat.url, transport);
      expectTheStory(story, `Oi de Python, por ${transport}`, 'Píton');
      expect(story.transport).toBe(transport === 'upgrade' ? 'websocket' : transport);
    });
  }
});

test.describe('rust_socketio', () => {
  needsRust();

  for (const transport of ['polling', 'websocket', 'upgrade']) {
    test(`takes part by ${transport}`, async ({ chat }) => {
      const story = await told(rust('talk'), chat.url, transport);
      expectTheStory(story, `Oi de Rust, por ${transport}`, 'Ferris');
    });
  }
});

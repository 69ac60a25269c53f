// The contract in other languages' stock libraries. Each program in clients/ holds the same conversation over a
// transport and prints what it saw; here the stories are judged, all by the same words.
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '../fixtures.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '../..');
const CLIENTS = resolve(import.meta.dirname, '../clients');

/** Compiling a client for the first time takes minutes on a small machine. */
const COMPILE_MS = 600_000;

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

/** The reporter shows that a test was skipped, not why. */
function skipVisibly(missing: boolean, why: string): void {
  if (missing) console.log(`SKIPPED: ${why}`);
  test.skip(missing, why);
}

// Each story begins with the first message of a room.
test.use({ options: { welcome: 'Oi cliente!' } });

test.describe('python-socketio', () => {
  const program = process.env.CHAT_TEST_PYTHON ?? 'python3';
  const env = { ...process.env, PYTHONPATH: process.env.PYTHONPATH ?? join(ROOT, 'target/tools/python') };

  test.beforeAll(async () => {
    const there = await run(program, ['-c', 'import socketio'], { env }).then(
      () => true,
      () => false,
    );
    skipVisibly(!there, 'python-socketio is not installed; `cargo xtask test` installs it where Python is');
  });

  for (const transport of ['polling', 'websocket', 'upgrade']) {
    test(`takes part by ${transport}`, async ({ chat }) => {
      const { stdout } = await run(program, [join(CLIENTS, 'python/talk.py'), chat.url, transport], { env });
      const story: Story = JSON.parse(stdout);
      expectTheStory(story, `Oi de Python, por ${transport}`, 'Píton');
      expect(story.transport).toBe(transport === 'upgrade' ? 'websocket' : transport);
    });
  }
});

test.describe('rust_socketio', () => {
  const target = process.env.CHAT_TEST_RUST_TARGET ?? join(ROOT, 'target/clients');

  test.beforeAll(async () => {
    test.setTimeout(COMPILE_MS);
    const there = await run('pkg-config', ['--exists', 'openssl']).then(
      () => true,
      () => false,
    );
    skipVisibly(!there, 'rust_socketio compiles against OpenSSL (Debian: libssl-dev, pkg-config)');
    const manifest = join(CLIENTS, 'rust/Cargo.toml');
    await run('cargo', ['build', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target]);
  });

  for (const transport of ['polling', 'websocket', 'upgrade']) {
    test(`takes part by ${transport}`, async ({ chat }) => {
      const { stdout } = await run(join(target, 'debug/talk'), [chat.url, transport]);
      expectTheStory(JSON.parse(stdout), `Oi de Rust, por ${transport}`, 'Ferris');
    });
  }
});

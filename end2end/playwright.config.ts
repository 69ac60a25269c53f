// How the story is told: which browser, how many people at once, what is kept of a failure.
//
// `cargo xtask test` sets CHAT_BINARY, and each test starts a server of its own (see fixtures/).
// `cargo leptos end-to-end` starts one server itself; its command sets CHAT_URL to that server's origin.
import { defineConfig, devices } from '@playwright/test';

import type { Engine } from './fixtures/engine.ts';

const running = process.env.CHAT_URL?.replace(/\/$/, '');

export default defineConfig<{ engine?: Engine }>({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  // A test that passes the second time has failed.
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'] } },
    // The same stories in three engines. One that is not on this machine is skipped, and says so.
    ...(['chromium', 'firefox', 'webkit'] as const).map((engine) => ({
      name: engine,
      testDir: 'engines',
      // Starting two browsers takes its time.
      timeout: 180_000,
      use: { engine },
    })),
  ],
  use: {
    baseURL: running,
    locale: 'pt-BR',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  // cargo-leptos does not wait until its server listens. Playwright waits for the address of a server it
  // starts, so it is given one that only sleeps.
  webServer: running
    ? { command: 'sleep 600', url: `${running}/healthz`, reuseExistingServer: true }
    : undefined,
});

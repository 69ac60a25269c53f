// The page of the tutorial, served unchanged by `--pages`, beside our own.
import { expect, test, TUTORIAL } from '../fixtures.ts';

test.describe('with the pages of the tutorial', () => {
  test.use({ options: { pages: TUTORIAL } });

  test('the ten-line page is greeted and hears itself', async ({ person }) => {
    const ana = await person('Ana');
    await ana.page.goto('/');
    const heard = ana.page.getByRole('listitem');
    await expect(heard).toHaveText(['Oi cliente!']);

    await ana.page.getByLabel('Mensagem').fill('Oi servidor!');
    await ana.page.getByRole('button', { name: 'Enviar' }).click();

    await expect(heard).toHaveText(['Oi cliente!', 'Oi servidor!']);
  });

  test('the ten-line page and the built-in one talk with each other', async ({ person }) => {
    const student = await person('a student');
    const bia = await person('Bia');
    await student.page.goto('/');
    const heard = student.page.getByRole('listitem');
    await expect(heard).toHaveText(['Oi cliente!']);
    await bia.joins();

    await bia.room.say('Daqui da Praça');
    await expect(heard.last()).toHaveText('Daqui da Praça');

    await student.page.getByLabel('Mensagem').fill('Daqui do tutorial');
    await student.page.getByLabel('Mensagem').press('Enter');
    await expect(bia.room.message('Daqui do tutorial')).toContainText(/Visitante \d{4}/);
    await expect(heard.last()).toHaveText('Daqui do tutorial');
  });

  test('what a student says is text on the built-in page, never markup', async ({ person }) => {
    const student = await person('a student');
    const bia = await person('Bia');
    await student.page.goto('/');
    await bia.joins();
    const markup = '<b>não</b> sou <i>negrito</i>';

    await student.page.getByLabel('Mensagem').fill(markup);
    await student.page.getByLabel('Mensagem').press('Enter');

    await expect(bia.room.message(markup)).toBeVisible();
  });
});

test.describe("with a welcome of one's own", () => {
  test.use({ options: { pages: TUTORIAL, welcome: 'Boas-vindas, turma 301' } });

  test('the ten-line page shows it', async ({ person }) => {
    const ana = await person('Ana');
    await ana.page.goto('/');
    await expect(ana.page.getByRole('listitem')).toHaveText(['Boas-vindas, turma 301']);
  });
});

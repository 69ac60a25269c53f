//! What a page says whose program does not run. Only the server writes it.

use super::Lang;

impl Lang {
    /// That the page does not live but works all the same, and the words to load it again.
    pub fn asleep(self) -> (&'static str, &'static str) {
        match self {
            Lang::PtBr => (
                "Esta página não se atualiza sozinha: o programa dela não roda neste navegador. Você pode ler e escrever.",
                "Recarregar",
            ),
            Lang::En => (
                "This page does not update by itself: its program does not run in this browser. You can read and write.",
                "Reload",
            ),
            Lang::Es => (
                "Esta página no se actualiza sola: su programa no funciona en este navegador. Puedes leer y escribir.",
                "Recargar",
            ),
        }
    }
}

// Part of the script of every page that script/dev serves: shows what it has built, as soon as it is there.
{
  let shown;

  const show = async (latest) => {
    if (shown && latest.page !== shown.page) {
      // Files of public/ are cached for an hour.
      await Promise.all(latest.files.map((file) => fetch(file, { cache: "reload" })));
      location.reload();
    } else if (shown && latest.style !== shown.style) {
      document.querySelector("link[rel=stylesheet]").href = `/pkg/tessera.css?${latest.style}`;
    }
    shown = latest;
  };

  // A file beside this script: the content security policy allows connections to the page's own origin only.
  const look = async () => {
    try {
      const response = await fetch("/pkg/dev.json", { cache: "no-store" });
      if (response.ok) await show(await response.json());
    } catch {
      // The server restarts.
    }
    setTimeout(look, 300);
  };
  void look();
}

using System.Security.Cryptography;
using System.Text;

namespace RemoteLlm.Broker.OpenApi.Docs;

/// <summary>The page's style sheet, which stands in the page, and the policy that lets it and nothing else in.</summary>
internal static class DocsStyle
{
    /// <summary>The style sheet.</summary>
    public static string Text { get; } = Read();

    /// <summary>For <c>Content-Security-Policy</c>: this style sheet by its digest; no script, no other origin, no frame around the page.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Read()
    {
        using var stream = typeof(DocsStyle).Assembly.GetManifestResourceStream("docs.css")!;
        using var reader = new StreamReader(stream);
        // Browsers take every end of line for one line feed before they compute the digest.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

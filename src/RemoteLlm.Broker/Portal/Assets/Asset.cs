namespace RemoteLlm.Broker.Portal.Assets;

/// <summary>A file that pages load. Its name has its content's digest in it, so that browsers may keep it for ever.</summary>
/// <param name="Path">Where it is served.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Brotli">The same, compressed.</param>
/// <param name="Gzip">The same for clients that know no Brotli, as they say over plain HTTP.</param>
internal sealed record Asset(string Path, string ContentType, byte[] Content, byte[] Brotli, byte[] Gzip);

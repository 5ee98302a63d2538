using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace RemoteLlm.Broker.Portal.Security.Keys;

/// <summary>Seals what is secret of a key's file.</summary>
internal sealed class SealingXml(SessionKey key) : IXmlEncryptor
{
    /// <summary>The element that holds what is sealed.</summary>
    public const string Element = "sealed";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(new XElement(Element, key.Seal(plaintextElement.ToString(SaveOptions.DisableFormatting))), typeof(OpeningXml));
}

/// <summary>Opens it again. The framework makes one by the type's name, which stands in the files: it must not change.</summary>
internal sealed class OpeningXml(IServiceProvider services) : IXmlDecryptor
{
    private readonly SessionKey _key = services.GetRequiredService<SessionKey>();

    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(_key.Open(encryptedElement.Value) ?? throw new CryptographicException("It was sealed with another session secret."));
}

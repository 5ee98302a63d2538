using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Access;

namespace RemoteLlm.Broker.Portal.Security.Keys;

/// <summary>What cookies and form tokens are sealed with.</summary>
internal static class SessionKeys
{
    /// <summary>Adds it.</summary>
    /// <param name="services">The broker's.</param>
    /// <param name="secret">The session secret; null for keys that end with this process, which the development login has.</param>
    public static void AddSessionKeys(this IServiceCollection services, string? secret)
    {
        var protection = services.AddDataProtection().SetApplicationName("remotellm");
        if (secret is null)
        {
            protection.UseEphemeralDataProtectionProvider();
            return;
        }

        services.AddSingleton(new SessionKey(secret));
        services.AddOptions<KeyManagementOptions>().Configure((KeyManagementOptions keys, SessionKey key, AccessFilesOptions files, ILogger<KeyFolder> logger) =>
        {
            keys.XmlRepository = new KeyFolder(files.Folder, key, logger);
            keys.XmlEncryptor = new SealingXml(key);
        });
    }
}

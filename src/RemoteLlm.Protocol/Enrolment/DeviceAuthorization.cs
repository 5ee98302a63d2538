using System.Text.Json.Serialization;

namespace RemoteLlm.Protocol.Enrolment;

/// <summary>The answer to a connector that wants to enrol (RFC 8628, section 3.2).</summary>
/// <param name="DeviceCode">What it asks for its token with. A secret.</param>
/// <param name="UserCode">What the operator is shown, such as <c>WDJB-MJHT</c>.</param>
/// <param name="VerificationUri">Where the operator goes.</param>
/// <param name="VerificationUriComplete">The same with the code in it.</param>
/// <param name="ExpiresIn">How long both codes are good, seconds.</param>
/// <param name="Interval">The least time between two questions for the token, seconds.</param>
public sealed record DeviceAuthorization(
    [property: JsonPropertyName("device_code")] string DeviceCode,
    [property: JsonPropertyName("user_code")] string UserCode,
    [property: JsonPropertyName("verification_uri")] string VerificationUri,
    [property: JsonPropertyName("verification_uri_complete")] string VerificationUriComplete,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("interval")] int Interval)
{
    /// <summary>The device code is left out.</summary>
    public override string ToString() => $"enrolment {UserCode}";
}

/// <summary>The answer with a token (RFC 6749, section 5.1).</summary>
/// <param name="AccessToken">The connector's token. A secret.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="Name">The name under which the broker knows the connector: the operator may have chosen another than was asked for.</param>
public sealed record DeviceToken(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("name")] string Name)
{
    /// <summary>The token is left out.</summary>
    public override string ToString() => $"token of {Name}";
}

/// <summary>An answer without one (RFC 6749, section 5.2).</summary>
/// <param name="Error">One of the words of <see cref="DeviceFlow"/>, or of RFC 6749.</param>
/// <param name="Description">For a person.</param>
public sealed record DeviceRefusal([property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string? Description);

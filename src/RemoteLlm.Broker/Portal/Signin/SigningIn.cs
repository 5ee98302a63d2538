namespace RemoteLlm.Broker.Portal.Signin;

/// <summary>Who is about to be logged in by this request: what is done meanwhile is done by him.</summary>
internal sealed record SigningIn(string Name);

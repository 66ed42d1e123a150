namespace PgOAuth.Operations;

/// <summary>What a client connection is at.</summary>
public enum ClientState
{
    /// <summary>It is logging in.</summary>
    Login,

    /// <summary>It wants no server connection at the moment.</summary>
    Idle,

    /// <summary>It waits for a server connection.</summary>
    Waiting,

    /// <summary>It has a server connection.</summary>
    Active,

    /// <summary>It is in the admin database.</summary>
    Admin,
}

# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 `
  AS win
COPY a c:\
FROM mcr.microsoft.com/windows/servercore:ltsc2022
